;;; memento-notes-publish-test.el --- Tests of what assistants may see  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Code:

(require 'memento-notes-test-helper)

(declare-function memento-core-notes-list "ext:memento-core")

(defun memento-test-public ()
  "Return the names of what is public on disk."
  (memento--notes-sync)
  (sort (mapcar (lambda (node) (plist-get node :name)) (memento--call #'memento-core-notes-list t)) #'string<))

(defun memento-test-preview ()
  "Return the text of the preview."
  (with-current-buffer "*memento preview*"
    (buffer-substring-no-properties (point-min) (point-max))))

(defmacro memento-test-choosing (char &rest body)
  "Evaluate BODY with CHAR as the answer to a choice; return the question."
  (declare (indent 1) (debug t))
  `(let (asked)
     (cl-letf (((symbol-function 'read-char-choice) (lambda (prompt &rest _) (setq asked prompt) ,char)))
       ,@body)
     asked))

(ert-deftest memento-notes-publish-test-a-file ()
  (memento-test-with-notes
    (memento-test-visit-note "garden.org" "Beans")
    (let ((before (buffer-string)))
      (memento-notes-publish)
      (should (equal (buffer-name) "*memento preview*"))
      (should (string-match-p " s save  u undo  q leave +Assistants would see 2 notes of garden\\.org" header-line-format))
      (should (string-match-p "\\`Garden\nID garden\n\n" (memento-test-preview)))
      ;; A link to what is private is not shown, nor whose it is.
      (should-not (string-match-p "id:emacs" (memento-test-preview)))
      (should (string-match-p "house side" (memento-test-preview)))
      ;; Not on disk yet.
      (should (equal (memento-test-public) '("House" "Plan")))
      (execute-kbd-macro "q")
      (should (equal (buffer-name) "garden.org"))
      (should (looking-at-p "Beans"))
      (should (buffer-modified-p))
      (should (string-match-p "^#\\+title: Garden\n#\\+filetags: :PUBLIC:\n" (buffer-string)))
      (undo-boundary)
      (setq last-command nil)
      (undo)
      (should (equal (buffer-string) before)))))

(ert-deftest memento-notes-publish-test-saving-from-the-preview ()
  (memento-test-with-notes
    (memento-test-visit-note "emacs.org" "An editor")
    (memento-notes-publish)
    (should (equal (memento-test-messages (execute-kbd-macro "s")) "Saved: assistants see 1 note of emacs.org"))
    (should (equal (buffer-name) "emacs.org"))
    (should-not (buffer-modified-p))
    (should (string-match-p "^#\\+filetags: :editor:PUBLIC:$" (memento-test-read buffer-file-name)))
    (should (member "Emacs" (memento-test-public)))
    ;; It is so already: that is said, and shown.
    (should (equal (memento-test-messages (memento-notes-publish)) "emacs.org is public already"))
    (should-not (string-match-p "s save" header-line-format))
    (execute-kbd-macro "q")
    (should-not (buffer-modified-p))))

(ert-deftest memento-notes-publish-test-taking-it-back-in-the-preview ()
  (memento-test-with-notes
    (memento-test-visit-note "garden.org" "Dig")
    (let ((before (buffer-string)))
      (insert "Edge. ")
      (undo-boundary)
      (memento-notes-publish)
      (with-current-buffer "garden.org"
        (undo-boundary)
        (should (string-match-p "^\\* Plan +:PUBLIC:$" (buffer-string))))
      (execute-kbd-macro "u")
      (should (equal (buffer-name) "garden.org"))
      ;; The edit before it stays; and there is no second step.
      (should (equal (buffer-string) (string-replace "Dig" "Edge. Dig" before)))
      ;; An edit since then is not what is to be undone.
      (memento-notes-publish)
      (with-current-buffer "garden.org"
        (insert "More. "))
      (memento-test-should-refuse "garden\\.org was edited since" (execute-kbd-macro "u")))))

(ert-deftest memento-notes-publish-test-a-headline ()
  (memento-test-with-notes
    (memento-test-visit-note "garden.org" "Dig")
    (memento-notes-publish)
    (should (equal (memento-test-preview)
                   "Plan
ID garden-plan

* Plan                                                               :PUBLIC:
:PROPERTIES:
:ID:       garden-plan
:END:
Dig the [[id:house][house side]] first,
as it is
in the shade.

"))
    (execute-kbd-macro "s")
    (should (equal (memento-test-public) '("House" "Plan<Garden>" "Plan<House>")))))

(ert-deftest memento-notes-publish-test-withdrawing ()
  (memento-test-with-notes
    (memento-test-visit-note "house.org" "Tiles")
    (narrow-to-region (line-beginning-position) (line-end-position))
    ;; What inherits from the file gets a mark of its own, and it is on disk at once.
    (should (equal (memento-test-messages (memento-notes-unpublish)) "“Plan” is private now; this is left"))
    (should (string-match-p "\\`House\nID house" (memento-test-preview)))
    (should-not (string-match-p "Tiles\\|canary\\|4711" (memento-test-preview)))
    (execute-kbd-macro "q")
    (should-not (buffer-modified-p))
    (should (string-match-p "^\\* Plan +:PRIVATE:$" (memento-test-read buffer-file-name)))
    (should (equal (memento-test-public) '("House")))
    ;; And back: no mark is left that is not needed.
    (memento-notes-publish)
    (execute-kbd-macro "s")
    (should (string-match-p "^\\* Plan$" (memento-test-read buffer-file-name)))
    ;; The file itself.
    (widen)
    (memento-test-visit-note "house.org")
    (should (equal (memento-test-messages (memento-notes-unpublish)) "house.org is private now"))
    (should (equal (buffer-name) "house.org"))
    (should-not (memento-test-public))
    (should-not (string-match-p "filetags" (memento-test-read buffer-file-name)))
    (should (equal (memento-test-messages (memento-notes-unpublish)) "house.org is private already"))))

(ert-deftest memento-notes-publish-test-withdrawing-among-other-edits-asks ()
  (memento-test-with-notes
    (memento-test-visit-note "house.org")
    (goto-char (point-max))
    (insert "half a thou")
    (goto-char (point-min))
    (let (asked)
      (cl-letf (((symbol-function 'y-or-n-p) (lambda (prompt) (setq asked prompt) nil)))
        (should (equal (memento-test-messages (memento-notes-unpublish)) "house.org is private when you save")))
      (should (string-match-p "Until it is saved assistants see it" asked)))
    (should (buffer-modified-p))
    (should (equal (memento-test-public) '("House" "Plan")))))

(ert-deftest memento-notes-publish-test-marks-by-property ()
  (memento-test-with-notes
    (find-file (memento-test-write ".roam/p.org" ":PROPERTIES:\n:ID: p\n:PUBLIC: t\n:END:\n#+title: P\n* Q\n:PROPERTIES:\n:ID: q\n:PUBLIC: no\n:END:\nText\n"))
    (goto-char (point-max))
    (memento-notes-publish)
    (execute-kbd-macro "s")
    (should (equal (memento-test-read buffer-file-name)
                   ":PROPERTIES:\n:ID: p\n:PUBLIC: t\n:END:\n#+title: P\n* Q\n:PROPERTIES:\n:ID: q\n:END:\nText\n"))
    (goto-char (point-min))
    (memento-notes-unpublish)
    (should (equal (memento-test-read buffer-file-name)
                   ":PROPERTIES:\n:ID: p\n:END:\n#+title: P\n* Q\n:PROPERTIES:\n:ID: q\n:END:\nText\n"))
    ;; Without a title the mark comes below the drawer.
    (find-file (memento-test-write ".roam/r.org" ":PROPERTIES:\n:ID: r\n:END:\nText"))
    (memento-notes-publish)
    (execute-kbd-macro "s")
    (should (equal (memento-test-read buffer-file-name) ":PROPERTIES:\n:ID: r\n:END:\n#+filetags: :PUBLIC:\nText\n"))))

(ert-deftest memento-notes-publish-test-a-mark-that-it-does-not-understand-changes-nothing ()
  (memento-test-with-notes
    (find-file (memento-test-write ".roam/p.org" ":PROPERTIES:\n:ID: p\n:END:\n#+title: P\n* Q\n#+filetags: :PRIVATE:\n"))
    (let ((before (buffer-string)))
      (memento-test-should-refuse "Another mark keeps it private" (memento-notes-publish))
      (should (equal (buffer-string) before)))))

(ert-deftest memento-notes-publish-test-where-there-is-no-node ()
  (memento-test-with-notes
    (find-file (memento-test-write ".roam/new.org" "Preface\n* One\nText\n** Two\nMore\n"))
    (goto-char (point-max))
    (let ((asked (memento-test-choosing ?h (memento-notes-publish))))
      (should (string-match-p "Publish this \\[h\\]eadline, “Two”, or the whole \\[f\\]ile" asked)))
    (execute-kbd-macro "s")
    (should (string-match-p "^\\*\\* Two +:PUBLIC:\n:PROPERTIES:\n:ID: +[-0-9a-f]\\{36\\}\n:END:\nMore\n" (buffer-string)))
    (should (equal (memento-test-public) '("House" "Plan" "Two")))
    ;; Before the first headline nobody is asked.
    (goto-char (point-min))
    (memento-test-choosing (error "Asked") (memento-notes-publish))
    (execute-kbd-macro "s")
    (should (string-match-p "\\`:PROPERTIES:\n:ID: +[-0-9a-f]\\{36\\}\n:END:\n#\\+filetags: :PUBLIC:\nPreface\n" (buffer-string)))
    ;; With a prefix argument one is asked although there is a node.
    (memento-test-visit-note "house.org" "Nothing yet")
    (memento-test-choosing ?h (memento-notes-unpublish '(4)))
    (should (string-match-p "^\\* Letters +:PRIVATE:$" (memento-test-read (memento-test-note "house.org"))))))

(ert-deftest memento-notes-publish-test-refuses-what-is-no-note ()
  (memento-test-with-notes
    (find-file (memento-test-write "a.txt"))
    (memento-test-should-refuse "This is no note" (memento-notes-publish))
    (find-file (memento-test-write "elsewhere.org" "* A\n"))
    (memento-test-should-refuse "elsewhere\\.org is not among the notes in ~/\\.roam/" (memento-notes-unpublish))
    (memento-test-visit-note "house.org")
    (setq buffer-read-only t)
    (should-error (memento-notes-publish) :type 'buffer-read-only)))

;;; memento-notes-publish-test.el ends here
