;;; memento-diff-review-test-helper.el --- A repository to be reviewed  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; `memento-diff-test-with-review' gives a test a real repository with changes of every kind, and the review of them.

;;; Code:

(require 'memento-test-helper)
(require 'memento-diff-review)

(declare-function memento-core-diff-request "ext:memento-core")
(declare-function memento-core-diff-review "ext:memento-core")
(declare-function memento-core-diff-verdict "ext:memento-core")

(defun memento-diff-test-file (name)
  "Return the full name of the file NAME of the repository \"shop\"."
  (expand-file-name (concat "shop/" name) memento-test-home))

(defun memento-diff-test-lines (count &rest different)
  "Return COUNT numbered lines.
DIFFERENT are numbers, each with its line's text."
  (mapconcat (lambda (n) (concat (or (plist-get different n) (format "line %d" n)) "\n")) (number-sequence 1 count) ""))

(defun memento-diff-test-git (&rest arguments)
  "Run git with ARGUMENTS in the repository \"shop\"; return what it printed."
  (apply #'memento-test-git (memento-diff-test-file "") arguments))

(defun memento-diff-test-repository ()
  "Make the repository \"shop\", changed in every way in its working tree."
  (dolist (file `(("a.py" . ,(memento-diff-test-lines 60))
                  ("crlf.txt" . "one\r\ntwo\r\nthree\r\n")
                  ("gone.txt" . "this goes\n")
                  ("image.bin" . "\0binary\0")
                  ("run.sh" . "#!/bin/sh\n")
                  ("old name.txt" . ,(memento-diff-test-lines 30))))
    (memento-test-write (concat "shop/" (car file)) (cdr file)))
  (memento-diff-test-git "init" "-q" "-b" "main")
  (memento-diff-test-git "add" "-A")
  (memento-diff-test-git "commit" "-q" "-m" "Begin")
  (memento-test-write "shop/a.py" (memento-diff-test-lines 60 5 "five" 30 "thirty\nthirty and a half" 55 "fifty-five"))
  (memento-test-write "shop/crlf.txt" "one\r\n2\r\nthree\r\n")
  (memento-test-write "shop/empty.txt" "")
  (memento-test-write "shop/image.bin" "\0other\0")
  (memento-test-write "shop/long.txt" (concat (make-string 10000 ?x) "\nshort\tand wide: 日本語"))
  (delete-file (memento-diff-test-file "gone.txt"))
  (set-file-modes (memento-diff-test-file "run.sh") #o755)
  (memento-diff-test-git "mv" "old name.txt" "new name.txt"))

(defun memento-diff-test-request (&rest more)
  "Ask for a review of the repository \"shop\"; return the id.
MORE are further properties of what is asked for."
  (plist-get (memento--call #'memento-core-diff-request
                            (append more
                                    (list :directory (directory-file-name (memento-diff-test-file ""))
                                          :session "claude-1" :title "Say five")))
             :id))

(defmacro memento-diff-test-with-review (&rest body)
  "Evaluate BODY in the review of a repository that was changed in every way.
The variable `id' is the request's."
  (declare (indent 0) (debug t))
  `(memento-test-with-home
     (memento-diff-test-repository)
     (let ((id (memento-diff-test-request)))
       (ignore id)
       (memento--diff-review id)
       ,@body)))

(defun memento-diff-test-stored (&optional id)
  "Return the review ID, by default the buffer's, as it is stored."
  (memento--call #'memento-core-diff-review (or id (memento--diff-id))))

(defun memento-diff-test-marks (&optional id)
  "Return the judgements of the items of the review ID as they are stored."
  (mapcar (lambda (item) (plist-get item :judgement)) (plist-get (memento-diff-test-stored id) :items)))

(defun memento-diff-test-goto (text)
  "Go to the start of the line with TEXT, in the diff."
  (goto-char memento--diff-start)
  (search-forward text)
  (forward-line 0))

(defun memento-diff-test-item (text)
  "Return the index of the item with TEXT."
  (save-excursion
    (memento-diff-test-goto text)
    (memento--diff-item-at (point))))

(defmacro memento-diff-test-typing (text &rest body)
  "Evaluate BODY with TEXT for what is read in the minibuffer."
  (declare (indent 1) (debug t))
  `(cl-letf (((symbol-function 'read-string) (lambda (&rest _) ,text)))
     ,@body))

(defun memento-diff-test-displayed (&optional beginning end)
  "Return what is displayed between BEGINNING and END, by default of all.
Signs stand in brackets, what the person wrote where it is shown."
  (memento--diff-decorate (point-min) (point-max))
  (let ((at (or beginning (point-min))) (end (or end (point-max))) parts)
    (while (< at end)
      (let* ((next (min end (next-char-property-change at end)))
             (display (get-text-property at 'display))
             (prefix (get-text-property at 'line-prefix))
             ;; What a display property says is shown even of invisible text.
             (hidden (and (not display) (invisible-p at))))
        (unless hidden
          (when prefix
            (push (format "[%s]" (substring-no-properties (cadr (get-text-property 0 'display prefix)))) parts))
          (push (cond
                 ((stringp display) display)
                 (display (format "[%s]" (cadr display)))
                 (t (buffer-substring-no-properties at next)))
                parts))
        (dolist (overlay (overlays-in at next))
          (when (and (= (overlay-end overlay) next) (not hidden) (overlay-get overlay 'after-string))
            (push (overlay-get overlay 'after-string) parts)))
        (when (eq hidden t)
          (push "" parts))
        (setq at next)))
    (substring-no-properties (apply #'concat (nreverse parts)))))

(defun memento-diff-test-header ()
  "Return the text above the diff."
  (buffer-substring-no-properties (point-min) memento--diff-start))

(provide 'memento-diff-review-test-helper)
;;; memento-diff-review-test-helper.el ends here
