;;; bench.el --- How long the person waits  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Run in batch like the tests, with the module built for release.  Because a batch Emacs displays nothing, it compiles the
;; Lisp and starts another Emacs in a terminal of its own, which measures with redisplay and reports to a file.  Prints one
;; line a figure, with what it is to stay under.

;;; Code:

(require 'bytecomp)
(require 'memento-test-helper)
(require 'memento-notes-find)
(require 'memento-notes-search)
(require 'memento-notes-backlinks)
(require 'memento-notes-mode)
(require 'memento-diff-review)
(require 'memento-cards-quiz)
(require 'memento-cards-exchange)
(require 'memento-cards-list)
(require 'org)

(declare-function memento-core-review-edit "ext:memento-core")
(declare-function memento-core-review-list "ext:memento-core")
(declare-function memento-core-diff-begin "ext:memento-core")
(declare-function memento-core-diff-request "ext:memento-core")
(declare-function memento-core-notes-list "ext:memento-core")
(declare-function memento-core-notes-refresh "ext:memento-core")
(declare-function memento-core-notes-search "ext:memento-core")

(defconst bench-file load-file-name)

(defvar bench-missed 0
  "How many figures are over their limit.")

(defmacro bench-times (count form &optional cleanup)
  "Evaluate FORM and redisplay COUNT times; return the seconds of each, sorted.
CLEANUP is evaluated after each, and not measured."
  `(let (times)
     (dotimes (_ ,count)
       (garbage-collect)
       (let ((start (float-time)))
         ,form
         (redisplay t)
         (push (- (float-time) start) times))
       ,cleanup)
     (sort times #'<)))

(defun bench-report (name times limit)
  "Print NAME with the median and the slowest of TIMES; LIMIT is in ms."
  (let ((median (* 1000 (nth (/ (length times) 2) times)))
        (slowest (* 1000 (car (last times)))))
    (when (> median limit)
      (setq bench-missed (1+ bench-missed)))
    (princ (format "%-58s %7.1f ms (slowest of %d: %.1f; limit %d)%s\n"
                   name median (length times) slowest limit (if (> median limit) " MISSED" "")))))

(defun bench-log (count)
  "Write a log of COUNT remarks in 20 projects."
  (with-temp-file memento-test-log
    (insert "#+title: Code review\n")
    (dotimes (i count)
      (when (= 0 (% i (max 1 (/ count 20))))
        (insert (format "\n* project%d\n" (/ i (max 1 (/ count 20))))))
      (insert (format "** TODO [[file:~/project%d/src/module%d/file%d.py::%d][file%d.py:%d]]%s
   :PROPERTIES:
   :ID: cr-%08x
   :PROJECT: project%d
   :TIMESTAMP: [2025-%02d-%02d Tue %02d:%02d]
   :ANCHOR: def function_%d(argument, other):
   :END:
   This error handling is too generic - catch specific exceptions, remark number %d
"
                      (/ i (max 1 (/ count 20))) (% i 30) (% i 200) (1+ (% (* i 7) 900)) (% i 200) (1+ (% (* i 7) 900))
                      (nth (% i 4) '("  :security:" "" "  :performance:" "  :correctness:"))
                      i (/ i (max 1 (/ count 20)))
                      (1+ (% i 12)) (1+ (% i 28)) (% i 24) (% i 60) i i)))))

(defun bench-capture ()
  "Measure from the command to the capture buffer on the screen."
  (memento-test-with-home
    (set-frame-size (selected-frame) 120 50)
    (find-file (memento-test-repository "project"))
    (memento-test-goto-line 5)
    (memento--store)
    (bench-report "SPC r c: the capture buffer on the screen"
                  (bench-times 50 (memento-review-comment) (memento-review-capture-abandon))
                  20)))

(defun bench-list (count)
  "Measure from the command to the list of COUNT remarks on the screen."
  (memento-test-with-home
    (set-frame-size (selected-frame) 120 50)
    (bench-log count)
    (memento--store)
    (let (shown on-screen)
      (let ((note (lambda (&rest _) (unless shown (setq shown (float-time))))))
        (advice-add 'redisplay :after note)
        (dotimes (_ 15)
          (garbage-collect)
          (setq shown nil)
          (let ((start (float-time)))
            (memento-review-list)
            (push (- shown start) on-screen))
          (quit-window))
        (advice-remove 'redisplay note))
      (bench-report (format "SPC r l: a list of %d remarks on the screen" count) (sort on-screen #'<) 150))
    (bench-report "   and the garbage of it collected"
                  (bench-times 15 (memento-review-list) (quit-window))
                  400)
    (with-current-buffer memento--review-list-buffer
      (unless (= (count-lines (point-min) (point-max)) count)
        (error "The list has %d lines and not %d" (count-lines (point-min) (point-max)) count)))
    (bench-report "   of that, the module"
                  (memento--without-gc
                    (bench-times 15 (memento--call #'memento-core-review-list '(:state "todo"))))
                  150)))

(defun bench-log-follow (count)
  "Measure how long the log's buffer with COUNT remarks takes to follow a change."
  (memento-test-with-home
    (set-frame-size (selected-frame) 120 50)
    (bench-log count)
    (memento-review-open)
    (let ((id (plist-get (nth (/ count 2) (memento-test-entries)) :id)) (n 0))
      (bench-report (format "a remark of %d changes, and the log's buffer follows" count)
                    (bench-times 9 (memento--review-change #'memento-core-review-edit id
                                                           (list :comment (format "%d" (setq n (1+ n))))))
                    1000))))

(defconst bench-words
  '("gradient" "garden" "kernel" "tensor" "harbour" "winter" "module" "letter" "river" "signal" "editor" "canvas")
  "What the notes of the benchmark are made of.")

(defun bench-notes (count)
  "Write COUNT notes that link to each other."
  (let ((word (lambda (n) (nth (% n (length bench-words)) bench-words)))
        (directory (expand-file-name ".roam/" memento-test-home)))
    (make-directory directory t)
    (dotimes (i count)
      (let ((coding-system-for-write 'utf-8-unix))
        (write-region
         (concat (format ":PROPERTIES:\n:ID:       note-%d\n:END:\n#+title: The %s of the %s, %d\n#+filetags: :%s:%s:\n\n"
                         i (funcall word i) (funcall word (/ i 7)) i (funcall word (/ i 3)) (funcall word (/ i 11)))
                 (mapconcat (lambda (line)
                              (format "Line %d says that the %s and the %s meet at %d, as in [[id:note-%d][that note]].\n"
                                      line (funcall word (+ i line)) (funcall word (* i (1+ line))) (* line i)
                                      (% (* i (+ 3 line)) count)))
                            (number-sequence 1 20) ""))
         nil (expand-file-name (format "%05d.org" i) directory) nil 'silent)))))

(defun bench-find-prompt ()
  "Return the seconds from the command to the prompt on the screen."
  (let ((start (float-time)) seconds)
    (catch 'shown
      (minibuffer-with-setup-hook
          (:append (lambda ()
                     (redisplay t)
                     (setq seconds (- (float-time) start))
                     (throw 'shown nil)))
        (memento-notes-find)))
    seconds))

(defun bench-find (count)
  "Measure from the command to the prompt with COUNT notes."
  (memento-test-with-home
    (set-frame-size (selected-frame) 120 50)
    (bench-notes count)
    (memento--store)
    (bench-report (format "the first index of %d notes, in a thread" count)
                  (let ((start (float-time)))
                    (memento--notes-sync)
                    (list (- (float-time) start)))
                  10000)
    (let (prompts)
      (dotimes (_ 15)
        (garbage-collect)
        (push (bench-find-prompt) prompts))
      (bench-report (format "SPC r n: the prompt with %d notes on the screen" count) (sort prompts #'<) 100))
    (bench-report "   of that, a look at every file"
                  (bench-times 15 (memento--call #'memento-core-notes-refresh))
                  60)
    (bench-report "   of that, the nodes as Lisp"
                  (memento--without-gc
                    (bench-times 15 (memento--call #'memento-core-notes-list nil)))
                  60)
    (let ((table (memento--notes-collection
                  (memento--notes-table (memento--call #'memento-core-notes-list nil)))))
      (bench-report "   a key in it: what is left, and a screen of it annotated"
                    (bench-times 15
                                 (funcall (completion-metadata-get (completion-metadata "" table nil) 'affixation-function)
                                          (seq-take (completion-all-completions "harb" table nil 4) 45)))
                    50))
    (bench-report "SPC r s: a key"
                  (let ((n 0))
                    (bench-times 15 (memento--call #'memento-core-notes-search
                                                   (nth (% (setq n (1+ n)) (length bench-words)) bench-words)
                                                   memento-notes-search-limit)))
                  100)
    (find-file (expand-file-name ".roam/00042.org" memento-test-home))
    (bench-report "SPC r b: the backlinks on the screen"
                  (bench-times 15 (memento-notes-backlinks) (memento-notes-backlinks-quit))
                  150)
    (memento-notes-mode 1)
    (bench-report "saving a note: what it takes longer with the index following"
                  (bench-times 15 (memento--notes-saved) (accept-process-output nil 0.05))
                  5)))

(defun bench-diff-repository (files hunks)
  "Make a repository with FILES files, each changed at HUNKS places."
  (let ((root (expand-file-name "project/" memento-test-home))
        (text (lambda (file changed)
                (mapconcat (lambda (line)
                             (format "    value_%d = argument%s + other * %d + something_else_%d\n" line
                                     (if (and changed (= 7 (% line 14))) "_changed" "") line file))
                           (number-sequence 1 (* 14 hunks)) ""))))
    (dotimes (file files)
      (memento-test-write (format "project/src/module%03d.py" file) (funcall text file nil)))
    (memento-test-git root "init" "-q")
    (memento-test-git root "add" "-A")
    (memento-test-git root "commit" "-q" "-m" "Begin")
    (dotimes (file files)
      (memento-test-write (format "project/src/module%03d.py" file) (funcall text file t)))
    (directory-file-name root)))

(defun bench-diff (files hunks)
  "Measure a review of FILES files with HUNKS hunks each."
  (memento-test-with-home
    (set-frame-size (selected-frame) 120 50)
    (let* ((root (bench-diff-repository files hunks))
           (id (plist-get (memento--call #'memento-core-diff-request
                                         (list :directory root :session "bench" :title "Change all values"))
                          :id))
           (count (* files hunks)))
      (bench-report (format "a review of %d hunks on the screen" count)
                    (bench-times 9 (memento--diff-review id) (kill-buffer))
                    1000)
      (bench-report "   of that, the module"
                    (memento--without-gc (bench-times 9 (memento--call #'memento-core-diff-begin id nil)))
                    500)
      (memento--diff-review id)
      (unless (= (length memento--diff-items) count)
        (error "The review has %d items and not %d" (length memento--diff-items) count))
      (memento-diff-next (/ count 2))
      (bench-report "   n: the next hunk" (bench-times 50 (memento-diff-next 1)) 20)
      (bench-report "   p: the one before" (bench-times 50 (memento-diff-previous 1)) 20)
      (bench-report "   N: the next file" (bench-times 50 (memento-diff-next-file 1)) 20)
      (goto-char (memento--diff-beginning (/ count 2)))
      (bench-report "   a: approved, stored, and on to the next" (bench-times 50 (memento-diff-approve)) 20)
      (bench-report "   u: undone" (bench-times 50 (memento-diff-undo)) 20)
      (goto-char (memento--diff-beginning (/ count 2)))
      (bench-report "   A: a file" (bench-times 20 (memento-diff-approve-file)) 40)
      (bench-report "   S-TAB: all files folded or unfolded" (bench-times 20 (memento-diff-toggle-all)) 200)
      (bench-report "   g: looked at again" (bench-times 9 (revert-buffer)) 1000))))

(defun bench-cards (count)
  "Measure the quiz and the list with COUNT cards."
  (memento-test-with-home
    (set-frame-size (selected-frame) 120 50)
    (let ((file (expand-file-name "deck.json" memento-test-home)))
      (with-temp-file file
        (insert "[")
        (dotimes (i count)
          (insert (format "%s{\"question\": \"What is *%d*?\", \"answer\": \"A number:\\n#+begin_src elisp\\n(+ %d 1)\\n#+end_src\"}"
                          (if (= i 0) "" ",") i i)))
        (insert "]"))
      (bench-report (format "importing %d cards" count)
                    (let ((start (float-time)))
                      (memento-cards-import file nil "bench")
                      (list (- (float-time) start)))
                    1000))
    (bench-report "SPC r q: the question on the screen" (bench-times 15 (memento-cards-quiz) (memento-cards-quiz-quit)) 100)
    (memento-cards-quiz)
    (bench-report "   SPC: its answer" (bench-times 15 (memento-cards-quiz-flip) (memento--quiz-next)) 50)
    (memento-cards-quiz-flip)
    (bench-report "   4: stored, and the next question"
                  (bench-times 15 (memento-cards-quiz-answer 4) (memento-cards-quiz-flip))
                  50)
    (memento-cards-quiz-quit)
    (bench-report (format "SPC r Q: the list with a page of %d cards" count)
                  (bench-times 15 (memento-cards-list) (kill-buffer))
                  200)))

(defun bench-main ()
  "Measure everything."
  (bench-cards 10000)
  (bench-diff 200 25)
  (bench-find 10000)
  (bench-capture)
  (mapc #'bench-list '(100 1000 10000))
  (bench-log-follow 10000)
  (princ (format "Emacs %s, Lisp %s\n" emacs-version
                 (cond
                  ((and (fboundp 'subr-native-elisp-p)
                        (subr-native-elisp-p (symbol-function 'memento-review-list)))
                   "compiled to native code")
                  ((byte-code-function-p (symbol-function 'memento-review-list)) "compiled")
                  (t "not compiled")))))

(defun bench-compile ()
  "Compile memento's Lisp into a new directory and return that."
  (let ((directory (make-temp-file "memento-bench-" t))
        (byte-compile-verbose nil)
        (inhibit-message t))
    (dolist (file (directory-files memento--directory t "\\.el\\'"))
      (copy-file file (file-name-as-directory directory))
      (byte-compile-file (expand-file-name (file-name-nondirectory file) directory)))
    directory))

(defun bench-in-terminal ()
  "Measure in an Emacs with a terminal; print its report and exit."
  (let* ((output (make-temp-file "memento-bench-"))
         (compiled (bench-compile))
         (process-environment (append (list (concat "MEMENTO_BENCH=" output) "TERM=xterm-256color" "INSIDE_EMACS")
                                      process-environment))
         (process (make-process
                   :name "bench" :connection-type 'pty :noquery t :filter #'ignore
                   :command (list (expand-file-name invocation-name invocation-directory) "-nw" "-Q"
                                  "-L" compiled "-L" (file-name-directory bench-file) "-l" bench-file))))
    (set-process-window-size process 50 120)
    (while (process-live-p process)
      (accept-process-output process 1))
    (princ (memento-test-read output))
    (delete-file output)
    (delete-directory compiled t)
    (kill-emacs (process-exit-status process))))

(if noninteractive
    (bench-in-terminal)
  (let ((report (condition-case err
                    (with-output-to-string (bench-main))
                  (error
                   (setq bench-missed 1)
                   (format "bench: %s\n" (error-message-string err))))))
    (write-region report nil (getenv "MEMENTO_BENCH") nil 'silent)
    (kill-emacs (if (= bench-missed 0) 0 1))))

;;; bench.el ends here
