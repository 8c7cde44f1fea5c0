;;; memento-notes-test-helper.el --- Notes for the tests of the notes  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-test-with-notes' gives a test a home with a few notes in it.

;;; Code:

(require 'memento-test-helper)
(require 'memento-notes-find)
(require 'memento-notes-search)
(require 'memento-notes-backlinks)
(require 'memento-notes-publish)
(require 'memento-notes-mode)
(require 'memento-notes-tables)
(require 'org)

(defconst memento-test-notes
  '(("emacs.org" . ":PROPERTIES:
:ID:       emacs
:ROAM_ALIASES: \"GNU Emacs\"
:ROAM_REFS: @stallman81 https://www.gnu.org/software/emacs
:END:
#+title: Emacs
#+filetags: :editor:

An editor that is extended while it runs.
")
    ("house.org" . ":PROPERTIES:
:ID:       house
:END:
#+title: House
#+filetags: :PUBLIC:

The roof is to be mended before winter.

* Plan
:PROPERTIES:
:ID:       house-plan
:END:
Tiles first, then the gutter. Drawn in [[id:emacs][my editor]].

* Money :PRIVATE:
The canary costs 4711.

* Letters
Nothing yet.
")
    ("garden.org" . ":PROPERTIES:
:ID:       garden
:END:
#+title: Garden

- Beans are sown in May, says Emacs.

See [[id:emacs]], and [cite:@stallman81].

Also [[https://www.gnu.org/software/emacs][its page]].

* Plan
:PROPERTIES:
:ID:       garden-plan
:END:
Dig the [[id:house][house side]] first,
as it is
in the shade.
"))
  "The notes of a test, by file name.")

(defun memento-test-note (name)
  "Return the full name of the note NAME."
  (expand-file-name (concat ".roam/" name) memento-test-home))

(defmacro memento-test-with-notes (&rest body)
  "Evaluate BODY in a home with `memento-test-notes', the newest first."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (let ((time (time-subtract nil 1000))
           (memento--notes-declined nil)
           (memento--notes-history nil)
           (memento--search-history nil)
           (org-inhibit-startup t)
           (org-mode-hook nil)
           (find-file-hook find-file-hook))
       (pcase-dolist (`(,name . ,text) memento-test-notes)
         (set-file-times (memento-test-write (concat ".roam/" name) text)
                         (setq time (time-subtract time 10))))
       (memento--module-load)
       (unwind-protect
           (progn ,@body)
         (memento--backlinks-stop)
         (when memento--notes-mode-timer
           (cancel-timer memento--notes-mode-timer)
           (setq memento--notes-mode-timer nil))))))

(defun memento-test-visit-note (name &optional text)
  "Visit the note NAME; go to the beginning of TEXT in it."
  (find-file (memento-test-note name))
  (goto-char (point-min))
  (when text
    (search-forward text)
    (goto-char (match-beginning 0))))

(defmacro memento-test-answering (function &rest body)
  "Evaluate BODY with `completing-read' answered by FUNCTION.
It is called with the prompt, the completion table and the further arguments."
  (declare (indent 1) (debug t))
  `(cl-letf (((symbol-function 'completing-read) ,function))
     ,@body))

(defun memento-test-metadata (table key)
  "Return the value of KEY in the metadata of the completion TABLE."
  (completion-metadata-get (completion-metadata "" table nil) key))

(defun memento-test-beside (table name)
  "Return what stands beside NAME in the completion TABLE."
  (nth 2 (assoc name (funcall (memento-test-metadata table 'affixation-function) (list name)))))

(provide 'memento-notes-test-helper)
;;; memento-notes-test-helper.el ends here
